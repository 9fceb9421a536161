/** A mail server for AM's one-time passwords (RFC 5321), which keeps what it gets. */
import { createServer } from 'node:net';

/** @returns {Promise<{ port: number, next(): Promise<string>, close(): void }>} */
export async function receiveMail() {
  const received = [];
  const waiting = [];
  const server = createServer((socket) => {
    let text = '';
    let inData = false;
    const say = (line) => socket.write(`${line}\r\n`);
    say('220 mail of the tests');
    socket.on('error', () => {});
    socket.setEncoding('utf8').on('data', (part) => {
      text += part;
      for (let line = next(); line !== undefined; line = next()) {
        if (inData) {
          inData = false;
          waiting.length > 0 ? waiting.shift()(line) : received.push(line);
          say('250 OK');
        } else if (/^DATA/i.test(line)) {
          inData = true;
          say('354 Go on');
        } else {
          say(/^QUIT/i.test(line) ? '221 Bye' : '250 OK');
        }
      }
    });
    /** The next command, or the whole message. */
    function next() {
      const end = inData ? '\r\n.\r\n' : '\r\n';
      const at = text.indexOf(end);
      if (at < 0) return undefined;
      const line = text.slice(0, at);
      text = text.slice(at + end.length);
      return line;
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: server.address().port,
    next: () =>
      new Promise((resolve) => {
        received.length > 0 ? resolve(received.shift()) : waiting.push(resolve);
      }),
    close: () => server.close(),
  };
}
