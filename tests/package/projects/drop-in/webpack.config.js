import { alias } from './alias.js';

export default {
  mode: 'production',
  entry: { index: './index.js' },
  resolve: { alias },
  experiments: { outputModule: true },
  output: { module: true, filename: '[name].js' },
};
