'use client';

import { journeyClient, oidc } from 'journey-oidc/url';
import { SignIn } from '../SignIn.jsx';

export default function Page() {
  return <SignIn sdk={{ journeyClient, oidc }} />;
}
