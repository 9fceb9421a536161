import { define } from './form/define.js';

define();
