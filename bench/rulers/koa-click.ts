import type { AddressInfo } from 'node:net';
import AsteriskManager from 'asterisk-manager';
import Koa from 'koa';

/** Koa and asterisk-manager, and between them nothing but the secret: `koa-click PORT NAME SECRET TOKEN`. */
const [port, name, secret, token] = process.argv.slice(2);
const ami = new AsteriskManager(null, '127.0.0.1', name ?? '', secret ?? '', true);
let last = 0;
const app = new Koa();
app.use((context) => {
  const asked = new URLSearchParams(context.querystring);
  if (asked.get('secret') !== token) {
    context.body = 'Authentication Failure';
    return;
  }
  last += 1;
  const from = asked.get('from') ?? '';
  ami.action({
    ...{ action: 'Originate', actionid: `ruler-${last}`, channel: `PJSIP/${from}`, async: 'true' },
    ...{ context: asked.get('context') ?? '', exten: asked.get('to') ?? '', priority: '1', callerid: from },
  });
  context.body = 'Success';
});
ami.connect(Number(port), '127.0.0.1', () => ami.login(listen));

function listen(): void {
  const server = app.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
}
