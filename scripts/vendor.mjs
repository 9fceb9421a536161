/**
 * What the package has of another one: the encoder of QR codes, which `journey-oidc/form` loads when there is
 * one to draw. It is built in, so that the package needs no other.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './run.mjs';

/** The license wants its text to go along. */
const LICENSE = join(root, 'node_modules/uqr/LICENSE');

/** Makes `pkg/form/vendor/uqr.js`. */
export async function bundleVendor() {
  const { build } = await import('esbuild');
  const license = await readFile(LICENSE, 'utf8');
  const { outputFiles } = await build({
    stdin: { contents: "export { encode } from 'uqr';", resolveDir: root },
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    target: 'es2022',
    logLevel: 'warning',
    banner: { js: `/*! uqr\n${license.trim()}\n*/` },
  });
  const folder = join(root, 'pkg/form/vendor');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'uqr.js'), outputFiles[0].contents);
  await writeFile(join(folder, 'uqr.d.ts'), "export { encode } from 'uqr';\n");
}
