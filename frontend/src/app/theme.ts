import { createTheme, type MantineColorsTuple } from '@mantine/core';

/** The house's green until a chain brings its own colour; shade 7 on white and shade 4 on the dark ground both pass 4.5 to 1. */
const banner: MantineColorsTuple = [
  '#e9f7f2',
  '#d3ece4',
  '#a6d8c8',
  '#76c3aa',
  '#4fb191',
  '#37a681',
  '#2a9172',
  '#1f6f5c',
  '#15594a',
  '#0a4639',
];

/** The system's own fonts, so that Chinese is drawn with the reader's glyphs and nothing is loaded. */
const FONTS =
  'system-ui, -apple-system, "Segoe UI", Roboto, "PingFang SC", "PingFang TC", "Microsoft YaHei", "Microsoft JhengHei", "Noto Sans CJK SC", "Noto Sans", sans-serif';

export const theme = createTheme({
  primaryColor: 'banner',
  primaryShade: { light: 7, dark: 7 },
  colors: { banner },
  fontFamily: FONTS,
  headings: { fontFamily: FONTS },
  defaultRadius: 'md',
  components: {
    Button: { defaultProps: { size: 'md' } },
    TextInput: { defaultProps: { size: 'md' } },
    PasswordInput: { defaultProps: { size: 'md' } },
  },
});
