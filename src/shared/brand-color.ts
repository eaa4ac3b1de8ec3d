/** WCAG 2.2, 1.4.3: text of normal size against what is behind it. */
const neededContrast = 4.5;
/** The darkest of the light surfaces that links stand on, and the lightest of the dark ones (`interlude.css`). */
const lightSurface = '#f6f7f9';
const darkSurface = '#1d2027';
const white = '#ffffff';
const black = '#000000';

/** A colour of an organization's own, and what is made of it so that all of it can be read. */
export interface BrandColor {
  readonly hex: string;
  /** On the colour itself: white or black. */
  readonly text: string;
  /** For links and outlines: the colour where it can be read on light or on dark, else a shade that can. */
  readonly onLight: string;
  readonly onDark: string;
}

/** `#3b5bdb` of what a person typed (`3B5BDB`, `#35d`), or null. */
export function readHexColor(typed: string): string | null {
  const digits = /^\s*#?([0-9a-f]{6}|[0-9a-f]{3})\s*$/i.exec(typed)?.[1]?.toLowerCase();
  if (!digits) {
    return null;
  }
  return `#${digits.length === 3 ? digits.replaceAll(/./g, '$&$&') : digits}`;
}

export function brandColor(hex: string): BrandColor {
  return {
    hex,
    text: contrast(white, hex) >= neededContrast ? white : black,
    onLight: readable(hex, lightSurface, black),
    onDark: readable(hex, darkSurface, white),
  };
}

/** From 1, the same, to 21, black on white (WCAG 2.2, "contrast ratio"). */
export function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].toSorted((a, b) => a - b) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** Where `brandStyleSheet` of this colour is served. */
export function brandStyleHref(hex: string): string {
  return `/brand/${hex.slice(1)}.css`;
}

export function brandStyleSheet({ hex, text, onLight, onDark }: BrandColor): string {
  return `:is(.public, .brand-sample) {
  --tblr-primary: light-dark(${onLight}, ${onDark});
  --tblr-link-color: var(--tblr-primary);
  --tblr-focus-ring: 2px solid var(--tblr-primary);
}
:is(.public, .brand-sample) .btn-primary {
  --tblr-btn-variant: ${hex};
  --tblr-btn-variant-fg: ${text};
  --tblr-btn-variant-darken: color-mix(in srgb, ${hex} 85%, ${text === white ? black : white});
}
:is(.public, .brand-sample) .brand .avatar {
  background: ${hex};
  color: ${text};
}
`;
}

/** The nearest shade, towards black or white, that can be read on the surface. */
function readable(hex: string, surface: string, towards: string): string {
  for (let percent = 0; percent < 100; percent += 1) {
    const shade = mixed(hex, towards, percent / 100);
    if (contrast(shade, surface) >= neededContrast) {
      return shade;
    }
  }
  return towards;
}

function mixed(hex: string, other: string, share: number): string {
  const others = channels(other);
  const mix = channels(hex).map((channel, index) => Math.round(channel * (1 - share) + others[index]! * share));
  return `#${mix.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

function luminance(hex: string): number {
  const [red, green, blue] = channels(hex).map((channel) => {
    const value = channel / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function channels(hex: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
}
