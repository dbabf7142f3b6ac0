import { Stack } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import type { KeyboardEvent, ReactNode } from 'react';

interface FormProps<Values extends Record<string, unknown>> {
  form: UseFormReturnType<Values>;
  onSend: (values: Values) => void;
  children: ReactNode;
}

/**
 * A form with errors in our own words: the first field that is wrong takes the focus, so that its error is read out.
 * Enter does not send it while an input method is composing a word.
 */
export function Form<Values extends Record<string, unknown>>({ form, onSend, children }: FormProps<Values>) {
  return (
    <form
      noValidate
      onSubmit={form.onSubmit(onSend, (errors) => form.getInputNode(Object.keys(errors)[0] ?? '')?.focus())}
      onKeyDown={keepComposition}
    >
      <Stack gap="md">{children}</Stack>
    </form>
  );
}

function keepComposition(event: KeyboardEvent) {
  if (event.key === 'Enter' && event.nativeEvent.isComposing) event.preventDefault();
}
