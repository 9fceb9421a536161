import { oidc } from 'journey-oidc';
import { StrictMode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { config } from './config.js';

const created = oidc({ config });

/** Shows every answer that its effect gets. */
function Landing() {
  const [answers, setAnswers] = useState([]);
  useEffect(() => {
    created
      .then((client) => client.authorize.callback())
      .then((answer) => setAnswers((earlier) => [...earlier, answer]));
  }, []);
  return answers.map((answer) => <pre key={answers.indexOf(answer)}>{JSON.stringify(answer)}</pre>);
}

async function leave() {
  const client = await created;
  await client.authorize.redirect();
}

createRoot(document.getElementById('app')).render(
  <StrictMode>
    <Landing />
    <button type="button" onClick={leave}>
      Use the provider's page
    </button>
  </StrictMode>,
);
