/** An npm registry on this machine, with nothing but this package in it. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { basename } from 'node:path';

/**
 * @param {string} tarball of the package `journey-oidc`
 * @param {string} version
 * @returns {Promise<{ url: string, asked: string[], close(): void }>} `asked`: for which paths
 */
export async function startRegistry(tarball, version) {
  const content = await readFile(tarball);
  const integrity = `sha512-${createHash('sha512').update(content).digest('base64')}`;
  const asked = [];
  const server = createServer((request, response) => {
    asked.push(request.url);
    const { origin } = new URL(`http://${request.headers.host}`);
    const dist = { tarball: `${origin}/${basename(tarball)}`, integrity };
    const manifest = { name: 'journey-oidc', version, dist };
    const packument = {
      name: manifest.name,
      'dist-tags': { latest: version },
      versions: { [version]: manifest },
    };
    if (request.url === '/journey-oidc') response.end(JSON.stringify(packument));
    else if (dist.tarball.endsWith(request.url)) response.end(content);
    else response.writeHead(404).end('{}');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://localhost:${server.address().port}`, asked, close };
}
