import { screen } from '@testing-library/react';
import { graphql, HttpResponse } from 'msw';
import { expect, test, vi } from 'vitest';
import { server } from '@/testing/server';
import { visit } from '@/testing/visit';

const OFFER = {
  __typename: 'OfferedInvitation',
  email: 'li@a.example',
  chainName: 'Blue Teapot',
  role: 'SERVICE_STAFF',
};

function offered(invitation: object | null) {
  server.use(graphql.query('Invitation', () => HttpResponse.json({ data: { invitation } })));
}

function accepting(answer: (input: object) => object[]) {
  server.use(
    graphql.mutation('AcceptInvitation', ({ variables }) =>
      HttpResponse.json({
        data: { acceptInvitation: { __typename: 'AcceptInvitationPayload', userErrors: answer(variables.input) } },
      }),
    ),
  );
}

test('a refusal is shown at its field, then the invitation is accepted', async () => {
  offered({ ...OFFER, isMember: false });
  accepting((input) =>
    'password' in input && input.password === 'weak'
      ? [
          {
            __typename: 'UserError',
            code: 'INVALID',
            message: 'This password is too common.',
            field: ['input', 'password'],
          },
        ]
      : [],
  );
  const person = visit('/invitation/t-1');
  expect(await screen.findByText(/Blue Teapot invites you, li@a.example, .* Service staff/)).toBeVisible();
  await person.type(screen.getByLabelText('Your name'), '李秀英');
  await person.type(screen.getByLabelText('New password'), 'weak');
  await person.click(screen.getByRole('button', { name: 'Accept the invitation' }));
  expect(await screen.findByText('This password is too common.')).toBeVisible();
  expect(screen.getByLabelText('New password')).toHaveFocus();
  await person.type(screen.getByLabelText('New password'), ' but longer');
  await person.click(screen.getByRole('button', { name: 'Accept the invitation' }));
  expect(await screen.findByText(/^Welcome\./)).toBeVisible();
});

test('a refusal about no field of the form is not overlooked', async () => {
  offered({ ...OFFER, isMember: false });
  accepting(() => [
    { __typename: 'UserError', code: 'INVITATION_NOT_VALID', message: 'It is over.', field: ['input', 'token'] },
  ]);
  const person = visit('/invitation/t-1');
  await person.type(await screen.findByLabelText('Your name'), 'Li');
  await person.type(screen.getByLabelText('New password'), 'three words of mine');
  await person.click(screen.getByRole('button', { name: 'Accept the invitation' }));
  expect(await screen.findByRole('alert')).toHaveTextContent('It is over.');
});

test('somebody who is a member already takes up the role without a new password', async () => {
  const sent = vi.fn();
  offered({ ...OFFER, isMember: true });
  accepting((input) => {
    sent(input);
    return [];
  });
  const person = visit('/invitation/t-1');
  await person.click(await screen.findByRole('button', { name: 'Accept the invitation' }));
  expect(await screen.findByText(/^Welcome\./)).toBeVisible();
  expect(sent).toHaveBeenCalledWith({ token: 't-1' });
});

test('an invitation that is over says whom to ask', async () => {
  offered(null);
  visit('/invitation/t-1');
  expect(await screen.findByRole('alert')).toHaveTextContent('This invitation no longer works');
});
