/** A certificate for servers on made-up hosts, by the tool that comes with Java. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../processes.js';

const ALIAS = 'interop';
const PASSPHRASE = 'interop';

/**
 * Makes a key and a certificate that is its own authority.
 *
 * @param {string} folder where `keystore.p12` is written, as Tomcat and others read it
 * @param {string[]} hosts
 * @returns {Promise<{ file: string, pfx: Buffer, passphrase: string, pem: string, flag: string }>}
 *   `file` is the keystore, `pfx` its content for Node's servers, `pem` the certificate for Node's
 *   requests and for other trust stores; `flag` lets Chromium trust it
 */
export async function makeCertificate(folder, hosts) {
  const tool = process.env.JAVA_HOME ? `${process.env.JAVA_HOME}/bin/keytool` : 'keytool';
  const file = join(folder, 'keystore.p12');
  const store = ['-keystore', file, '-storepass', PASSPHRASE, '-alias', ALIAS];
  const names = hosts.map((host) => `dns:${host}`).join(',');
  const certificate = ['-dname', `CN=${hosts[0]}`, '-ext', `san=${names}`, '-ext', 'bc=ca:true'];
  const key = ['-keyalg', 'EC', '-groupname', 'secp256r1', '-validity', '30'];
  await run(folder, [
    tool,
    '-genkeypair',
    '-storetype',
    'PKCS12',
    ...store,
    ...key,
    ...certificate,
  ]);
  const text = await run(folder, [tool, '-exportcert', '-rfc', ...store]);
  const [pem] = /-----BEGIN[\s\S]+END CERTIFICATE-----/.exec(text);
  const pfx = await readFile(file);
  return { file, pfx, passphrase: PASSPHRASE, pem, flag: '--ignore-certificate-errors' };
}
