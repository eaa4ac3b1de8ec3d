/** The link of test mails: shows a page and belongs to nobody. */
export const sampleToken = 'sample';
