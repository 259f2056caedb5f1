import { Buffer } from 'node:buffer';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/** How long what was written may take to leave once the stream is destroyed. */
const lingerMs = 500;

/**
 * A socket as a stream whose reading side is fed by hand (`push`). Back-pressure holds both ways: a write ends when the
 * socket has sent it, and the socket flows again when the stream is read. Any error of the socket ends the stream.
 */
export const socketStream = (socket: Socket): Duplex => {
  const stream = new Duplex({
    read: () => void socket.resume(),
    write: (chunk: Buffer, _encoding, done) => void socket.write(chunk, done),
    // A packet is written in pieces; they leave as one.
    writev: (pieces: { chunk: Buffer }[], done) =>
      void socket.write(Buffer.concat(pieces.map(({ chunk }) => chunk)), done),
    final: (done) => void socket.end(done),
    destroy: (error, done) => {
      // A client that does not read must not hold the socket.
      socket.setTimeout(lingerMs, () => socket.destroy());
      socket.destroySoon();
      done(error);
    },
  });
  socket.on('end', () => stream.push(null));
  socket.on('close', () => stream.destroy());
  socket.on('error', () => stream.destroy());
  return stream;
};
