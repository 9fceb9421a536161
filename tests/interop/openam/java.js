/** OpenAM's process: Tomcat on Java, with host names of its own, at a port that is free. */
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { start } from '../../processes.js';
import { freePort } from '../support/server.js';
import { Am } from './am.js';
import { HOSTS } from './recipe.js';

const JAVA = process.env.JAVA_HOME ? `${process.env.JAVA_HOME}/bin/java` : 'java';

/** What OpenAM uses of Java's inner life. */
const OPEN = [
  'java.base/java.lang',
  'java.base/java.net',
  'java.base/java.util',
  'java.base/sun.security.tools.keytool',
  'java.base/sun.security.util',
  'java.base/sun.security.x509',
  'java.xml/com.sun.org.apache.xerces.internal.dom',
];

/** The longest that a start takes, on a machine that has much else to do. */
const START_MINUTES = 10;

/** The longest that it is given to write what it has in memory. */
const STOP_MINUTES = 2;

/**
 * Starts Tomcat with AM.
 *
 * @param {object} options
 * @param {string} options.tomcat its unpacked distribution
 * @param {string} options.webapps where it unpacks a war
 * @param {string} options.webapp AM's war, or the name of its folder in `webapps`
 * @param {Awaited<ReturnType<typeof import('../support/certificate.js').makeCertificate>>} options.certificate
 * @param {string} options.work the working folder, to which it writes
 * @param {string} options.loopback the address that it knows all hosts by
 * @returns {Promise<{ port: number, certificate: object, stop(): Promise<void>,
 *   kill(): Promise<void> }>} `stop` lets it write what it has in memory
 */
export async function launch({ tomcat, webapps, webapp, certificate, work, loopback }) {
  const port = await freePort();
  for (const name of ['conf', 'temp']) await mkdir(join(work, name), { recursive: true });
  for (const name of ['catalina.properties', 'web.xml']) {
    await copyFile(join(tomcat, 'conf', name), join(work, 'conf', name));
  }
  const hosts = join(work, 'hosts');
  await writeFile(hosts, `${loopback} localhost ${HOSTS.am} ${hostname()}\n`);
  await writeFile(join(work, 'conf/server.xml'), serverXml(port, webapps, webapp, certificate));
  const properties = {
    'catalina.home': tomcat,
    'catalina.base': work,
    'user.home': work,
    'java.io.tmpdir': join(work, 'temp'),
    'java.awt.headless': 'true',
    // The machine need not know the host names.
    'jdk.net.hosts.file': hosts,
  };
  const jars = ['bootstrap.jar', 'tomcat-juli.jar'].map((name) => join(tomcat, 'bin', name));
  const command = [
    JAVA,
    // What starts soonest: the server lives for some minutes.
    ...['-Xmx1500m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'],
    ...OPEN.map((name) => `--add-opens=${name}=ALL-UNNAMED`),
    ...Object.entries(properties).map(([name, value]) => `-D${name}=${value}`),
    ...['-cp', jars.join(':'), 'org.apache.catalina.startup.Bootstrap', 'start'],
  ];
  const server = start(work, command, {});
  await untilReady(new Am({ port, certificate }), server);
  const kill = () => {
    server.end();
    return server.ended;
  };
  const stop = () => {
    server.end('SIGTERM');
    return Promise.race([
      server.ended,
      sleep(STOP_MINUTES * 60_000, undefined, { ref: false }),
    ]).then(kill);
  };
  return { port, certificate, stop, kill };
}

/** Waits until AM answers. */
async function untilReady(am, { text, ended, end }) {
  let hasEnded = false;
  ended.then(() => {
    hasEnded = true;
  });
  for (const deadline = Date.now() + START_MINUTES * 60_000; ; await sleep(100)) {
    const answer = await am.call('/isAlive.jsp', { timeout: 5000 }).catch(() => undefined);
    // It is redirected where AM is not configured yet.
    if (answer?.status < 400) return;
    if (hasEnded || Date.now() > deadline) {
      end();
      throw new Error(`OpenAM does not start:\n${text()}`);
    }
  }
}

/**
 * Tomcat's configuration: whatever its port, the browser is told of 443. To look for annotations in
 * all of AM's libraries, and for a class in each of them, takes longer than everything else.
 */
function serverXml(port, webapps, webapp, { file, passphrase }) {
  return `<Server port="-1">
  <Service name="Catalina">
    <Connector port="${port}" address="127.0.0.1" SSLEnabled="true" scheme="https" secure="true"
        proxyName="${HOSTS.am}" proxyPort="443" maxThreads="50">
      <SSLHostConfig>
        <Certificate certificateKeystoreFile="${file}" certificateKeystorePassword="${passphrase}"/>
      </SSLHostConfig>
    </Connector>
    <Engine name="Catalina" defaultHost="localhost">
      <Host name="localhost" appBase="${webapps}" autoDeploy="false" deployOnStartup="false">
        <Context path="/am" docBase="${webapp}">
          <Resources archiveIndexStrategy="bloom"/>
          <JarScanner scanManifest="false" scanClassPath="false">
            <JarScanFilter defaultPluggabilityScan="false" defaultTldScan="false"/>
          </JarScanner>
        </Context>
      </Host>
    </Engine>
  </Service>
</Server>
`;
}
