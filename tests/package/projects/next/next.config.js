import { join } from 'node:path';

export default {
  // Where Next.js itself is.
  turbopack: { root: join(import.meta.dirname, '../..') },
  // It is built once.
  experimental: { turbopackFileSystemCacheForBuild: false },
};
