import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Text, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import { graphql } from '@/graphql/graphql';
import { useAction } from '@/graphql/useAction';
import { Form } from '@/ui/Form';
import { Notice } from '@/ui/Notice';
import { ScoreField } from './ScoreField';
import { type Question, useQuestionWords } from './useQuestionWords';

const ANSWER_SURVEY = graphql(`
  mutation AnswerSurvey($input: AnswerSurveyInput!) {
    answerSurvey(input: $input) {
      userErrors { code message field }
    }
  }
`);

const LONGEST_COMMENT = 2000;

interface AnswerSurveyFormProps {
  token: string;
  questions: readonly Question[];
  onDone: () => void;
}

/** The questions with their scores, and a place for what else there is to say. */
export function AnswerSurveyForm({ token, questions, onDone }: AnswerSurveyFormProps) {
  const { t } = useLingui();
  const words = useQuestionWords();
  const form = useForm({
    initialValues: { OVERALL: '', ATTITUDE: '', ABILITY: '', SPEED: '', RESULT: '', comment: '' },
    validate: { OVERALL: (value) => (value ? null : t`Choose 1 to 5.`) },
  });
  const { send, isSending, notice } = useAction(ANSWER_SURVEY, form);

  async function submit(values: typeof form.values) {
    const ratings = questions
      .filter((question) => values[question])
      .map((question) => ({ question, score: Number(values[question]) }));
    if (await send({ input: { token, ratings, comment: values.comment.trim() } })) onDone();
  }

  return (
    <Form form={form} onSend={submit}>
      {notice && <Notice tone="problem">{notice}</Notice>}
      <Text size="sm">
        <Trans>1 is very poor, 5 is very good.</Trans>
      </Text>
      {questions.map((question) => (
        <ScoreField
          key={question}
          label={words(question)}
          isRequired={question === 'OVERALL'}
          {...form.getInputProps(question)}
        />
      ))}
      <Textarea
        label={t`What else would you like to tell us?`}
        description={t`Please leave out names, telephone numbers and the like.`}
        size="md"
        rows={4}
        maxLength={LONGEST_COMMENT}
        {...form.getInputProps('comment')}
      />
      <Button type="submit" loading={isSending} fullWidth>
        <Trans>Send the answer</Trans>
      </Button>
    </Form>
  );
}
