import { connect } from 'node:net';

/** The ruler: what reading the AMI takes when nothing is made of it. `node raw-socket.js AMI_PORT` */
const socket = connect(Number(process.argv[2]), '127.0.0.1', () => {
  socket.write('Action: Login\r\nUsername: vtiger\r\nSecret: correct horse\r\n\r\n');
});
let events = 0;
socket.setEncoding('latin1');
socket.on('data', (chunk) => {
  const text = String(chunk);
  for (let at = text.indexOf('\r\n\r\n'); at >= 0; at = text.indexOf('\r\n\r\n', at + 4)) events += 1;
});
socket.on('end', () => process.stdout.write(`${events}\n`));
