// A Blob → a download.
export function saveBlob(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // Revoked late: the download reads from it for as long as it runs.
  setTimeout(() => URL.revokeObjectURL(link.href), 600_000);
}
