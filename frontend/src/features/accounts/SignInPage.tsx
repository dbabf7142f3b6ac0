import { useLingui } from '@lingui/react/macro';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useChainName } from '@/graphql/useChainName';
import { leaveFor } from '@/lib/leave';
import { Page } from '@/ui/Page';
import { CodeForm } from './CodeForm';
import { session, type Ways } from './headless';
import { SignInForm } from './SignInForm';

const route = getRouteApi('/sign-in');

/** Sign in: e-mail and password, then the second step where one is set up; or a passkey alone. */
export function SignInPage() {
  const { t } = useLingui();
  const { next = '/' } = route.useSearch();
  const chain = useChainName();
  const [wanted, setWanted] = useState<Ways | null>(null);

  useEffect(() => {
    // A reload in the middle goes on where it was; a failure here shows itself at the first attempt. Whoever was quicker than this
    // answer, and is at the second step, stays there.
    session().then(
      (now) => (now.isSignedIn ? leaveFor(next) : setWanted((wanted) => wanted ?? now.wanted)),
      () => undefined,
    );
  }, [next]);

  return (
    <Page title={wanted ? t`Second step` : chain ? t`Sign in to ${chain}` : t`Sign in`} isNarrow>
      {wanted ? (
        <CodeForm ways={wanted} onDone={() => leaveFor(next)} onStartOver={() => setWanted(null)} />
      ) : (
        <SignInForm onDone={() => leaveFor(next)} onSecondStep={setWanted} />
      )}
    </Page>
  );
}
