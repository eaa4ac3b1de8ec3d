import { Socket as DatagramSocket } from 'node:dgram';
import { writeSync } from 'node:fs';
import { Socket } from 'node:net';

const reportDescriptor = 3;

/** Loaded before the built app: tells the test of every connection it opens, whichever library does so. */
const { connect } = Socket.prototype;
Socket.prototype.connect = function (...given) {
  report(destinationOf(Array.isArray(given[0]) ? given[0] : given));
  return connect.apply(this, given);
};

const { send } = DatagramSocket.prototype;
DatagramSocket.prototype.send = function (...given) {
  report('a datagram');
  return send.apply(this, given);
};

/** The test that started it is gone, so nobody would ever stop it. */
process.stdin.on('end', () => process.exit(1)).resume();
process.stdin.unref();

function destinationOf([first, second]) {
  if (typeof first === 'object') return first.path ?? `${first.host ?? 'localhost'}:${first.port}`;
  const isPort = /^\d+$/.test(String(first));
  return isPort ? `${typeof second === 'string' ? second : 'localhost'}:${first}` : String(first);
}

function report(destination) {
  writeSync(reportDescriptor, `${destination}\n`);
}
