ALTER TABLE url_redirects DROP COLUMN path_form, DROP COLUMN target_form;
DROP FUNCTION redirect_form(text);
DROP FUNCTION redirect_text(text);
DROP FUNCTION url_decoded(text);
