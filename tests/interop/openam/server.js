/** OpenAM on loopback: configured once, then started with a copy of its data. */
import { createHash, randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { duration, Failure, say } from '../../../scripts/run.mjs';
import { once } from '../support/cache.js';
import { makeCertificate } from '../support/certificate.js';
import { download, unpack } from '../support/maven.js';
import { freePort } from '../support/server.js';
import { Am } from './am.js';
import { launch } from './java.js';
import { configuration, HOSTS, provision } from './recipe.js';

const OPENAM = 'org.openidentityplatform.openam:openam-server:16.0.5:war';
const TOMCAT = 'org.apache.tomcat:tomcat:11.0.24:tar.gz';

/** What decides how AM is configured: another text of theirs makes its state anew. */
const SOURCES = ['recipe.js', 'server.js'];

/** The data folder as AM has it written down: that of the process, wherever it works. */
const DATA = '/proc/self/cwd/data';

/**
 * Starts OpenAM.
 *
 * @returns {Promise<{ address: Address, close(): Promise<void> }>}
 *
 * @typedef {object} Address
 * @property {number} port of 127.0.0.1, at which it answers for its host name
 * @property {{ pfx: string, passphrase: string, pem: string, flag: string }} certificate for all
 *   hosts; see `certificate.js`, `pfx` in base64url
 */
export async function start() {
  const folder = await prepared();
  const begun = Date.now();
  const work = await mkdtemp(join(tmpdir(), 'openam-'));
  const remove = () => rm(work, { recursive: true, force: true, maxRetries: 3 });
  try {
    await cp(join(folder, 'data'), join(work, 'data'), { recursive: true });
    const server = await open(folder, work, 'am', anyLoopback());
    console.log(`OpenAM is ready (${duration(Date.now() - begun)})`);
    const { port, certificate } = server;
    const { pfx, passphrase, pem, flag } = certificate;
    const address = {
      port,
      certificate: { pfx: pfx.toString('base64url'), passphrase, pem, flag },
    };
    const close = async () => {
      await server.kill();
      await remove();
    };
    return { address, close };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** A folder with Tomcat, AM's unpacked war, and the data folder of an AM that is configured. */
async function prepared() {
  if (process.platform !== 'linux') throw new Failure('The tests of OpenAM need Linux, for /proc.');
  return once(`openam-${await stamp()}`, async (folder) => {
    const [war, archive] = [await download(OPENAM), await download(TOMCAT)];
    say('Configuring OpenAM (about 2 minutes, once)');
    const begun = Date.now();
    for (const name of ['tomcat', 'webapps', 'work']) await mkdir(join(folder, name));
    await unpack(archive, join(folder, 'tomcat'));
    const work = join(folder, 'work');
    const server = await open(folder, work, war, '127.0.0.1');
    const ports = { ldap: await freePort(), admin: await freePort(), jmx: await freePort() };
    const form = configuration({ data: DATA, ports });
    try {
      await configure(server, form);
      await provision(new Am(server));
    } finally {
      await server.stop();
    }
    await rename(join(work, 'data'), join(folder, 'data'));
    await tellOfDirectory(folder, form);
    await rm(work, { recursive: true });
    console.log(`OpenAM is configured (${duration(Date.now() - begun)})`);
  });
}

/** A short hash of everything that decides what the prepared folder has in it. */
async function stamp() {
  const hash = createHash('sha256');
  for (const name of SOURCES) hash.update(await readFile(new URL(name, import.meta.url)));
  return hash.digest('hex').slice(0, 12);
}

/** Starts AM in a working folder, with what data is there. */
async function open(folder, work, webapp, loopback) {
  const [tomcat, webapps] = [join(folder, 'tomcat'), join(folder, 'webapps')];
  const certificate = await makeCertificate(work, Object.values(HOSTS));
  if (existsSync(join(work, 'data'))) {
    await bind(work, loopback);
    await pointToData(work, join(webapps, 'am'));
  }
  return launch({ tomcat, webapps, webapp, certificate, work, loopback });
}

/** Any address of loopback, so that directory servers of several runs don't meet at their ports. */
function anyLoopback() {
  return [127, randomInt(1, 255), randomInt(1, 255), randomInt(1, 255)].join('.');
}

/** Lets the directory server listen only where this run does. */
async function bind(work, address) {
  const file = join(work, 'data/opends/config/config.ldif');
  const settings = await readFile(file, 'utf8');
  const changed = settings
    .replace(/^ds-cfg-listen-address: .*$/gm, `ds-cfg-listen-address: ${address}`)
    // It would listen everywhere.
    .replace(/(?<=^cn: JMX Connection Handler\nds-cfg-enabled: ).*$/m, 'false');
  await writeFile(file, changed);
}

/** Where AM looks for its data folder: a file whose name is the path of the web app. */
async function pointToData(work, webapp) {
  await mkdir(join(work, '.openamcfg'));
  await writeFile(join(work, '.openamcfg', `AMConfig${webapp.replaceAll('/', '_')}_`), DATA);
}

/** Runs AM's configurator: a minute. */
async function configure(server, form) {
  const { status, text } = await new Am(server).call('/config/configurator', {
    form,
    timeout: 8 * 60_000,
  });
  if (status !== 200) throw new Error(`AM is not configured: ${status} ${text}`);
}

/**
 * Where the directory server is, in the file of defaults: at each start AM looks there whether it runs,
 * and waits for a minute if it seems not to.
 */
async function tellOfDirectory(folder, form) {
  const file = join(folder, 'webapps/am/WEB-INF/classes/serviceDefaultValues.properties');
  const names = ['DIRECTORY_SERVER', 'DIRECTORY_PORT', 'ROOT_SUFFIX', 'DS_DIRMGRPASSWD'];
  const lines = names.map((name) => `${name}=${form[name]}\n`).join('');
  await writeFile(file, `${await readFile(file, 'utf8')}\n${lines}`);
}
