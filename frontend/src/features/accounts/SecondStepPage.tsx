import { Trans, useLingui } from '@lingui/react/macro';
import { Anchor, Stack } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useCallback, useEffect, useState } from 'react';
import { leaveFor } from '@/lib/leave';
import { Notice } from '@/ui/Notice';
import { Page } from '@/ui/Page';
import { Waiting } from '@/ui/Waiting';
import { EnrolForm } from './EnrolForm';
import {
  beginSecondStep,
  type Enrolment,
  type Outcome,
  recoveryCodes,
  renewRecoveryCodes,
  type SecondStep,
  secondStep,
} from './headless';
import { ProofForm } from './ProofForm';
import { RecoveryCodes } from './RecoveryCodes';
import { SecondStepState } from './SecondStepState';

type View =
  | { at: 'asking' }
  | { at: 'unreachable' }
  | { at: 'state'; state: SecondStep }
  | { at: 'proof'; by: 'password' | 'code'; afterwards: () => void }
  | { at: 'enrolling'; enrolment: Enrolment }
  | { at: 'codes'; codes: string[] };

/** Set up, renew or remove the second step of sign-in; what weakens or shows secrets asks for the password again. */
export function SecondStepPage() {
  const { t } = useLingui();
  const [view, setView] = useState<View>({ at: 'asking' });

  /** Ask the server for something; where it wants a proof first, ask the person and try again. */
  const ask = useCallback(async <T,>(question: () => Promise<T | Outcome>, show: (answer: T) => void) => {
    try {
      const answer = await question();
      if (!isOutcome(answer)) show(answer);
      else if (answer.kind === 'signed-out') leaveFor('/sign-in?next=%2Faccount%2Fmfa');
      else if (answer.kind === 'proof-wanted')
        setView({ at: 'proof', by: answer.by, afterwards: () => void ask(question, show) });
      else setView({ at: 'unreachable' });
    } catch {
      setView({ at: 'unreachable' });
    }
  }, []);

  const showState = useCallback(() => void ask(secondStep, (state) => setView({ at: 'state', state })), [ask]);
  const enrol = () => void ask(beginSecondStep, (enrolment) => setView({ at: 'enrolling', enrolment }));
  // The server will want a proof when the first code is given: asked before, it does not come between the code and its half minute.
  const proveAndEnrol = () => setView({ at: 'proof', by: 'password', afterwards: enrol });
  const showCodes = (codes: string[]) => setView({ at: 'codes', codes });

  useEffect(showState, [showState]);

  return (
    <Page title={t`Second step of sign-in`} isNarrow>
      <Stack>
        {view.at === 'asking' && <Waiting />}
        {view.at === 'unreachable' && (
          <Notice tone="problem">
            <Trans>The server could not be reached. Check the connection and try again.</Trans>
          </Notice>
        )}
        {view.at === 'proof' && <ProofForm by={view.by} onDone={view.afterwards} />}
        {view.at === 'state' && (
          <SecondStepState
            state={view.state}
            onEnrol={proveAndEnrol}
            onRenewCodes={() => void ask(renewRecoveryCodes, showCodes)}
            onRemoved={showState}
            onProofWanted={(by, afterwards) => setView({ at: 'proof', by, afterwards })}
          />
        )}
        {view.at === 'enrolling' && (
          <EnrolForm
            enrolment={view.enrolment}
            onDone={() => void ask(recoveryCodes, showCodes)}
            onProofWanted={(by) => setView({ at: 'proof', by, afterwards: () => setView(view) })}
          />
        )}
        {view.at === 'codes' && <RecoveryCodes codes={view.codes} onKept={showState} />}
        <Anchor renderRoot={(props) => <Link to="/" {...props} />}>
          <Trans>To the start page</Trans>
        </Anchor>
      </Stack>
    </Page>
  );
}

function isOutcome(answer: unknown): answer is Outcome {
  return typeof answer === 'object' && answer !== null && 'kind' in answer;
}
