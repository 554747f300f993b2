// A Blob → a download.
export function saveBlob(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The download holds the Blob itself once it has begun, which a dialogue "save as" does not delay.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
