'use client';

import { useSignIn } from 'journey-oidc/react';

export function Account() {
  const { claims, signOut } = useSignIn();
  return (
    <>
      <output>{claims?.sub}</output>
      <button type="button" onClick={() => signOut()}>
        Sign out
      </button>
    </>
  );
}
