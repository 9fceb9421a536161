'use client';

import { journeyClient, oidc } from 'journey-oidc';
import { SignIn } from '../SignIn.jsx';

export default function Page() {
  return <SignIn sdk={{ journeyClient, oidc }} />;
}
