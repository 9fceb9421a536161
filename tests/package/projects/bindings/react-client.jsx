import { hydrateRoot } from 'react-dom/client';
import { createAuth } from './auth.js';
import { App } from './react.jsx';

const root = document.getElementById('app');
hydrateRoot(root, <App auth={createAuth()} page={root.dataset.page} />);
