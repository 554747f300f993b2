// What a test index can do wrong, as data: which requests, how often, and how.
import type { ServerResponse } from 'node:http';

/** One of them. `status`: answer that (with `headers` and `body`). Numbers of bytes for `cut`, `reset` and `shift`. */
export type Act =
  | { status: number; headers?: Record<string, string>; body?: string | Uint8Array }
  /** No headers ever. */
  | { hang: true }
  /** A byte every 20 ms. */
  | { trickle: true }
  /** That many bytes under a Content-Length of all, then the end. */
  | { cut: number }
  /** That many bytes, then the connection is reset. */
  | { reset: number }
  /** Ranges are answered from so many bytes further on, and said to be. */
  | { shift: number }
  /** 200 with everything for a range. */
  | { ignoreRange: true }
  /** This byte is another. */
  | { flip: number }
  | { contentType: string }
  | { redirect: string };

export interface Fault {
  /** End of the request's path: `/simple/six/`, `.whl`, `.whl.metadata`. */
  path: string;
  method?: 'GET' | 'HEAD';
  /** Only of requests with a Range header. */
  ranged?: boolean;
  /** How many requests suffer it; all when absent. */
  times?: number;
  act: Act;
}

/** What would be sent without a fault. */
export interface Reply {
  status: number;
  headers: Record<string, string>;
  body: Uint8Array;
}

export function takeFault(faults: Fault[], method: string, path: string, ranged: boolean): Act | undefined {
  const fault = faults.find((one) => path.endsWith(one.path) && (one.method ?? method) === method && (one.ranged ?? ranged) === ranged && one.times !== 0);
  if (fault?.times !== undefined) fault.times--;
  return fault?.act;
}

/** Sends `reply` with the fault in it. */
export function sendWithFault(act: Act, reply: Reply, response: ServerResponse): void {
  const { status, headers, body } = reply;
  if ('hang' in act) return;
  if ('status' in act) return void response.writeHead(act.status, { ...headersOnly(headers), ...act.headers }).end(act.body ?? '');
  if ('redirect' in act) return void response.writeHead(302, { ...headersOnly(headers), location: act.redirect }).end();
  if ('contentType' in act) return void response.writeHead(status, { ...headers, 'content-type': act.contentType }).end(body);
  if ('trickle' in act) return trickle(reply, response);
  if ('cut' in act) return cutShort(act.cut, reply, response, (socket) => socket.end());
  if ('reset' in act) return cutShort(act.reset, reply, response, (socket) => socket.resetAndDestroy());
  const bytes = Uint8Array.from(body);
  if ('flip' in act) bytes[act.flip] = bytes[act.flip]! ^ 0xff;
  response.writeHead(status, headers).end(bytes);
}

/** CORS headers stay, the rest belonged to the body. */
function headersOnly(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('access-control-')));
}

function trickle({ status, headers, body }: Reply, response: ServerResponse): void {
  response.writeHead(status, headers);
  let at = 0;
  const timer = setInterval(() => (at < body.length ? response.write(body.subarray(at, ++at)) : response.end()), 20);
  response.on('close', () => clearInterval(timer));
}

type Socket = NonNullable<ServerResponse['socket']>;

function cutShort(count: number, { status, headers, body }: Reply, response: ServerResponse, end: (socket: Socket) => void): void {
  response.writeHead(status, { ...headers, 'content-length': `${body.length}` });
  response.write(body.subarray(0, count), () => setTimeout(() => response.socket && end(response.socket), 20));
}
