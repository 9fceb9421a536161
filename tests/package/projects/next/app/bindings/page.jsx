import { JourneyForm, Protected } from 'journey-oidc/react';
import { Account } from './Account.jsx';
import { Providers } from './Providers.jsx';

/** A server component, with the bindings' components in it. */
export default function Page() {
  return (
    <Providers>
      <Protected fallback={<JourneyForm journey="Login" />} loading={<p>One moment</p>}>
        <Account />
      </Protected>
    </Providers>
  );
}
