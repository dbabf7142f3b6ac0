import { useLingui } from '@lingui/react/macro';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useChainName } from '@/graphql/useChainName';
import { leaveFor } from '@/lib/leave';
import { Page } from '@/ui/Page';
import { CodeForm } from './CodeForm';
import { session } from './headless';
import { SignInForm } from './SignInForm';

const route = getRouteApi('/sign-in');

/** Sign in: e-mail and password, then the code of the second step where one is set up. */
export function SignInPage() {
  const { t } = useLingui();
  const { next = '/' } = route.useSearch();
  const chain = useChainName();
  const [isCodeWanted, setIsCodeWanted] = useState(false);

  useEffect(() => {
    // A reload in the middle goes on where it was; a failure here shows itself at the first attempt.
    session().then(
      (now) => (now.isSignedIn ? leaveFor(next) : setIsCodeWanted(now.isCodeWanted)),
      () => undefined,
    );
  }, [next]);

  return (
    <Page title={isCodeWanted ? t`Second step` : chain ? t`Sign in to ${chain}` : t`Sign in`} isNarrow>
      {isCodeWanted ? (
        <CodeForm onDone={() => leaveFor(next)} onStartOver={() => setIsCodeWanted(false)} />
      ) : (
        <SignInForm onDone={() => leaveFor(next)} onCodeWanted={() => setIsCodeWanted(true)} />
      )}
    </Page>
  );
}
