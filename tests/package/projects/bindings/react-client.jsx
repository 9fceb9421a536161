import { hydrateRoot } from 'react-dom/client';
import { createAuth } from './auth.js';
import { App } from './react.jsx';

const root = document.getElementById('app');
const { page } = root.dataset;
hydrateRoot(root, <App auth={createAuth(page)} page={page} />);
