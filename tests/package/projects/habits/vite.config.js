import { alias } from './alias.js';

export default {
  resolve: { alias },
  build: { target: 'es2022' },
  // What a build puts in from its environment: text, and one that nobody has replaced.
  define: {
    'process.env.TIMEOUT': JSON.stringify('5000'),
    'process.env.THRESHOLD': JSON.stringify(''),
    'process.env.FRAME_TIMEOUT': JSON.stringify('$FRAME_TIMEOUT'),
  },
};
