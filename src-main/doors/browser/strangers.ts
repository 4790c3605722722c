import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

/**
 * Bounds on who has not shown yet that it may come in. Of more connections than these the one that has been a stranger for longest gives
 * way: whoever holds many keeps nobody out, and pages that were let in are never among them.
 */
export const mostStrangers = 64;
/** How long a body that nobody wants is read on, so that whoever sends it gets to read why. */
const lingerMs = 1_000;

/** @returns what takes a connection for a friend's, as long as it lasts */
export function boundStrangers(server: Server): (socket: Duplex) => void {
  const strangers = new Set<Duplex>();
  server.on('connection', (socket) => {
    strangers.add(socket);
    socket.on('close', () => strangers.delete(socket));
    if (strangers.size > mostStrangers) strangers.values().next().value!.destroy();
  });
  return (socket) => void strangers.delete(socket);
}

/** Ends the connection of a request that was answered and goes on sending. */
export function endUnread(incoming: IncomingMessage): void {
  if (incoming.complete) return;
  const timer = setTimeout(() => incoming.socket.destroy(), lingerMs).unref();
  incoming.on('close', () => clearTimeout(timer));
  incoming.resume();
}
