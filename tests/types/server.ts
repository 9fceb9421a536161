/** The types of `journey-oidc-server`. */
import {
  FAULTS,
  type FaultName,
  type Server,
  type ServerOptions,
  startServer,
} from 'journey-oidc-server';
import { startServer as startInWorker } from 'journey-oidc-server/worker';

const options: ServerOptions = {
  port: 0,
  origins: ['http://localhost:5173'],
  users: { alice: { password: 'Secret!', claims: { name: 'Alice' } }, bob: {} },
  clients: [{ client_id: 'my-app', accessTokenTtl: 60, dpop_bound_access_tokens: true }],
  settings: { sessionTtl: 600 },
  journeys: [
    './journeys',
    {
      name: 'Pin',
      start: 'page',
      nodes: {
        page: {
          type: 'page',
          callbacks: [{ type: 'PasswordCallback', output: { prompt: 'PIN' }, input: 'pin' }],
          next: 'check',
        },
        check: { type: 'decision', decision: 'pin', outcomes: { right: 'success' } },
      },
    },
  ],
  decisions: { pin: async ({ pin }, { params }) => (pin === params.pin ? 'right' : 'wrong') },
  faults: ['cors-star', 'expires-in=0'],
  tls: { key: 'key.pem', cert: 'cert.pem' },
};
const server: Server = await startServer(options);
await startServer({ faults: { 'expires-in': 0, 'errors-without-iss': false }, tls: true });

server.fault('revocation-ends-session');
server.fault('expires-in', 0);
server.fail({ match: '/access_token', status: 503, times: -1 });
server.fail({ match: '/access_token', mutate: 'id_token_nonce' });
const cookie: { name: string; value: string; url: string } = await server.signIn('alice');
const code: string | null = new URL(await server.authorize('', 'alice')).searchParams.get('code');
const names: FaultName[] = FAULTS.map(({ name }) => name);
const status: number | undefined = server.requests()[0]?.status;
await server.setClient({ client_id: 'my-app', origins: ['http://localhost:1'] });

const worker = await startInWorker({ port: 0, faults: ['cors-star'] });
const isSignedIn: Promise<{ active: boolean }> = worker.session(cookie.value);
const failures: number = (await worker.failures()).length;
await worker.fault('expires-in', 0);
// @ts-expect-error: functions stay in their thread
await startInWorker({ decisions: { pin: () => 'right' } });
void [isSignedIn, failures, worker.wellknown];

void [cookie, code, names, status, server.wellknown, server.certificate?.length];

// @ts-expect-error: an unknown fault
server.fault('cors-everything');
// @ts-expect-error: an unknown fault
await startServer({ faults: ['cors-everything'] });
// @ts-expect-error: an unknown option
await startServer({ prot: 1 });
// @ts-expect-error: an unknown setting
server.configure({ sessionTTL: 1 });
// @ts-expect-error: no such mutation
server.fail({ match: '/access_token', mutate: 'id_token_azp' });
// @ts-expect-error: which requests
server.fail({ status: 503 });
// @ts-expect-error: a client has an id
await server.setClient({ redirect_uris: [] });
// @ts-expect-error: a journey has nodes
await startServer({ journeys: [{ name: 'A', start: 'a' }] });
await server.close();
