// Types of serve.mjs, for tests.
export interface ServeSettings {
  port?: number;
  root?: string;
  config?: { format?: 1; indexes: { name: string; url: string }[]; gateway?: string | null };
}
export function serve(settings?: ServeSettings): Promise<{ url: string; port: number; close(): Promise<void> }>;
