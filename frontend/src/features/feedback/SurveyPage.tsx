import { Trans, useLingui } from '@lingui/react/macro';
import { Stack, Text } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useQuery } from 'urql';
import { graphql } from '@/graphql/graphql';
import { PublicApiProvider } from '@/graphql/PublicApiProvider';
import { speak } from '@/lib/i18n';
import { hasChosenLanguage, languageOf } from '@/lib/language';
import { Notice } from '@/ui/Notice';
import { Page } from '@/ui/Page';
import { Unreachable } from '@/ui/Unreachable';
import { Waiting } from '@/ui/Waiting';
import { AnswerSurveyForm } from './AnswerSurveyForm';
import { ClosedSurvey } from './ClosedSurvey';

const SURVEY = graphql(`
  query Survey($token: String!) {
    survey(token: $token) { chainName storeName language standing questions { question } }
  }
`);

const route = getRouteApi('/survey/$token');

/** Where a customer says, without signing in, how they were looked after. */
export function SurveyPage() {
  return (
    <PublicApiProvider>
      <Survey />
    </PublicApiProvider>
  );
}

function Survey() {
  const { t } = useLingui();
  const { token } = route.useParams();
  const [{ data, error, fetching }] = useQuery({ query: SURVEY, variables: { token } });
  const [isAnswered, setIsAnswered] = useState(false);
  const survey = data?.survey;
  const isSpoken = useCustomersLanguage(survey?.language);
  const { chainName: chain, storeName: store } = survey ?? {};
  const isOpen = survey?.standing === 'OPEN' && !isAnswered;

  return (
    <Page title={t`How did we do?`} isNarrow>
      <Stack>
        {(fetching || (survey && !isSpoken)) && <Waiting />}
        {error && <Unreachable />}
        {data && !survey && (
          <Notice tone="problem" title={t`This link is not valid`}>
            <Trans>Open it exactly as you got it: perhaps a part of it is missing.</Trans>
          </Notice>
        )}
        {survey && isSpoken && isOpen && (
          <>
            <Text>
              <Trans>
                {store} ({chain}) would like to know how you were looked after. It takes a minute.
              </Trans>
            </Text>
            <AnswerSurveyForm
              token={token}
              questions={survey.questions.map(({ question }) => question)}
              onDone={() => setIsAnswered(true)}
            />
          </>
        )}
        {survey && isSpoken && !isOpen && <ClosedSurvey standing={isAnswered ? 'THANKED' : survey.standing} />}
      </Stack>
    </Page>
  );
}

/** Speak the customer's language, unless somebody chose another one on this device; tell whether that is done. */
function useCustomersLanguage(code: string | undefined) {
  const [isSpoken, setIsSpoken] = useState(false);
  useEffect(() => {
    if (code === undefined) return;
    const language = hasChosenLanguage() ? null : languageOf(code);
    void (language ? speak(language) : Promise.resolve()).finally(() => setIsSpoken(true));
  }, [code]);
  return isSpoken;
}
