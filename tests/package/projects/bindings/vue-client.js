import { createPage } from './vue.js';

const root = document.getElementById('app');
createPage(root.dataset.page).mount(root);
