// For HEALTHCHECK: exits with 0 if the connector answers. Whether Asterisk is there it does not ask, as another start of the
// container would not bring it; /health and /metrics tell that to monitors.
import { request as plain } from 'node:http';
import { request as withTls } from 'node:https';

const [port = '5000'] = process.argv.slice(2);
const question = { host: '127.0.0.1', port, path: '/health/live', timeout: 3_000, rejectUnauthorized: false };

function isAnswered(request) {
  return new Promise((resolve) => {
    const asked = request(question, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => resolve(false));
    asked.end();
  });
}

process.exitCode = (await isAnswered(plain)) || (await isAnswered(withTls)) ? 0 : 1;
