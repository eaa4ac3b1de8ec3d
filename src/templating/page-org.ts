/** In each form of our pages: the organization it was made for. */
export const pageOrgField = 'page_organization';

const postForm = /<form\b[^>]*\bmethod="post"[^>]*>/g;
const inAddress = `{{#if @orgId}}?${pageOrgField}={{@orgId}}{{/if}}`;
const inForm = `{{#if @orgId}}<input type="hidden" name="${pageOrgField}" value="{{@orgId}}">{{/if}}`;

/**
 * A session is in one organization, and a tab may be older than that: the forms of a template say it. What an upload
 * brings is read too late to be looked at, so its address does.
 */
export function markForms(template: string): string {
  return template.replaceAll(postForm, (form) =>
    form.includes('multipart/form-data')
      ? form.replace(/\baction="([^"]*)"/, (_, action: string) => `action="${action}${inAddress}"`)
      : form + inForm,
  );
}
