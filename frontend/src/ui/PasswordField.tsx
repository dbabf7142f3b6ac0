import { useLingui } from '@lingui/react/macro';
import { PasswordInput, type PasswordInputProps } from '@mantine/core';

/** A field for the password one has; it can be made visible, by keyboard too. */
export function PasswordField(props: PasswordInputProps) {
  const { t } = useLingui();
  return (
    <PasswordInput
      label={t`Password`}
      autoComplete="current-password"
      aria-invalid={Boolean(props.error)}
      visibilityToggleButtonProps={{ 'aria-label': t`Show or hide the password`, tabIndex: 0 }}
      {...props}
    />
  );
}

/** A field for a password that is being chosen: asked once, and made visible by a press, instead of twice unseen. */
export function NewPasswordField(props: PasswordInputProps) {
  const { t } = useLingui();
  return (
    <PasswordField
      label={t`New password`}
      description={t`At least 10 characters; a sentence of your own is better than a difficult word.`}
      autoComplete="new-password"
      {...props}
    />
  );
}
