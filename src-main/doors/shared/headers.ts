/** What pages may do, in the window and in the browser alike: nothing but what came with this program. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  // 'self' covers the WebSocket to the same host and port.
  "connect-src 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

/** Stands on every answer of every door. */
const securityHeaders: Readonly<Record<string, string>> = {
  'Content-Security-Policy': contentSecurityPolicy,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

type Body = ConstructorParameters<typeof Response>[0];

/** An answer with these headers and, where it says nothing else, one that isn't kept. */
export function secured(body: Body, status: number, headers: Readonly<Record<string, string>>): Response {
  return new Response(body, { status, headers: { 'Cache-Control': 'no-store', ...headers, ...securityHeaders } });
}

/** A plain sentence. */
export function sentence(status: number, text: string): Response {
  return secured(`${text}\n`, status, { 'Content-Type': 'text/plain; charset=utf-8' });
}
