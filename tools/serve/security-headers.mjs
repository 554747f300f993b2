// The headers that every answer has: what a page of this server may load, and that nobody else may use it.

/** `indexes` matter only where the page reads them directly. */
export function makeSecurityHeaders({ gateway, indexes }) {
  const plain = indexes.map(({ url }) => new URL(url)).filter(({ protocol }) => protocol === 'http:').map(({ origin }) => origin);
  const connect = ["'self'", ...(gateway ? [] : ['https:', ...plain])].join(' ');
  const policy = [
    "default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "style-src 'self'", "img-src 'self' data: blob:", "font-src 'self'",
    `connect-src ${connect}`, "worker-src 'self'", "manifest-src 'self'", "frame-ancestors 'self'", "base-uri 'none'", "form-action 'none'",
  ].join('; ');
  return {
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
  };
}
