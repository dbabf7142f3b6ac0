import { screen, waitFor, within } from '@testing-library/react';
import { graphql, HttpResponse } from 'msw';
import { expect, test, vi } from 'vitest';
import { server } from '@/testing/server';
import { visit } from '@/testing/visit';

const QUESTIONS = ['OVERALL', 'ATTITUDE', 'SPEED'].map((question) => ({ __typename: 'SurveyFormQuestion', question }));
const OPEN = {
  __typename: 'SurveyForm',
  chainName: 'Blue Teapot',
  storeName: 'Nanjing Road',
  language: 'en',
  standing: 'OPEN',
  questions: QUESTIONS,
};

function asked(survey: object | null) {
  server.use(graphql.query('Survey', () => HttpResponse.json({ data: { survey } })));
}

function answering(refuse: (input: Record<string, unknown>) => object[] = () => []) {
  const sent = vi.fn();
  server.use(
    graphql.mutation('AnswerSurvey', ({ variables, request }) => {
      sent(variables.input, request.credentials);
      return HttpResponse.json({
        data: { answerSurvey: { __typename: 'AnswerSurveyPayload', userErrors: refuse(variables.input) } },
      });
    }),
  );
  return sent;
}

function scoreOf(question: string, score: string) {
  return within(screen.getByRole('radiogroup', { name: new RegExp(question) })).getByRole('radio', { name: score });
}

test('a customer rates, comments and is thanked; the session of whoever is signed in here is not sent along', async () => {
  asked(OPEN);
  const sent = answering();
  const person = visit('/survey/obs_1');
  expect(await screen.findByText(/^Nanjing Road \(Blue Teapot\) would like to know/)).toBeVisible();
  await person.click(scoreOf('all in all', '5, very good'));
  await person.click(scoreOf('How quickly', '3, fair'));
  await person.type(screen.getByLabelText(/What else/), ' 谢谢 ');
  await person.click(screen.getByRole('button', { name: 'Send the answer' }));
  expect(await screen.findByText('Thank you')).toBeVisible();
  const ratings = [
    { question: 'OVERALL', score: 5 },
    { question: 'SPEED', score: 3 },
  ];
  expect(sent).toHaveBeenCalledWith({ token: 'obs_1', ratings, comment: '谢谢' }, 'omit');
  expect(screen.queryByRole('button', { name: 'Send the answer' })).toBeNull();
});

test('without a word on the whole nothing is sent, and the question says so', async () => {
  asked(OPEN);
  const sent = answering();
  const person = visit('/survey/obs_1');
  await person.click(await screen.findByRole('button', { name: 'Send the answer' }));
  expect(await screen.findByText('Choose 1 to 5.')).toBeVisible();
  expect(sent).not.toHaveBeenCalled();
});

test('a score is chosen with the keyboard alone', async () => {
  asked(OPEN);
  answering();
  const person = visit('/survey/obs_1');
  const first = await screen.findByRole('radiogroup', { name: /all in all/ });
  within(first).getByRole('radio', { name: '1, very poor' }).focus();
  await person.keyboard('{ArrowRight}');
  await waitFor(() => expect(within(first).getByRole('radio', { name: '2, poor' })).toBeChecked());
});

test('what is refused is told and nothing that was typed is lost', async () => {
  asked(OPEN);
  answering(() => [{ __typename: 'UserError', code: 'SURVEY_EXPIRED', message: 'The time is over.', field: [] }]);
  const person = visit('/survey/obs_1');
  await screen.findByLabelText(/What else/);
  await person.click(scoreOf('all in all', '4, good'));
  await person.type(screen.getByLabelText(/What else/), 'A word');
  await person.click(screen.getByRole('button', { name: 'Send the answer' }));
  expect(await screen.findByRole('alert')).toHaveTextContent('The time is over.');
  expect(screen.getByLabelText(/What else/)).toHaveValue('A word');
});

test.each([
  ['ANSWERED', 'This survey has been answered'],
  ['EXPIRED', 'The time for this survey is over'],
  ['WITHDRAWN', 'This survey was withdrawn'],
])('a survey that is %s says so and asks nothing', async (standing, words) => {
  asked({ ...OPEN, standing });
  visit('/survey/obs_1');
  expect(await screen.findByText(words)).toBeVisible();
  expect(screen.queryByRole('radiogroup')).toBeNull();
});

test('a link that opens nothing says so', async () => {
  asked(null);
  visit('/survey/obs_1');
  expect(await screen.findByRole('alert')).toHaveTextContent('This link is not valid');
});

test('a server that is not reached is told', async () => {
  server.use(graphql.query('Survey', () => HttpResponse.error()));
  visit('/survey/obs_1');
  expect(await screen.findByRole('alert')).toHaveTextContent('The server could not be reached');
});

test("it speaks the customer's language, unless another one was chosen here", async () => {
  asked({ ...OPEN, language: 'zh-hans' });
  visit('/survey/obs_1');
  expect(await screen.findByRole('button', { name: '提交' })).toBeVisible();
  expect(document.documentElement.lang).toBe('zh-Hans');
});

test('a language that was chosen here stays', async () => {
  localStorage.setItem('onebanner-language', 'en');
  asked({ ...OPEN, language: 'zh-hans' });
  visit('/survey/obs_1');
  expect(await screen.findByRole('button', { name: 'Send the answer' })).toBeVisible();
});
