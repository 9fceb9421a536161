import { renderToString } from 'vue/server-renderer';
import { createPage } from './vue.js';

/** The HTML of a page, when all of it is known. */
export const render = (page) => renderToString(createPage(page));
