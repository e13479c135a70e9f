-- A country is one of the contract's, wherever one is named: any two capitals were one before, and a zone, market or tax of
-- `UK` was for nobody. What means another code is brought to it. Constraints hold for what is written from now on: what
-- stands there already and means no country is for nobody, and waits for whoever put it there.
CREATE FUNCTION is_country(code text) RETURNS bool LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT code = ANY ('{
        AC,AD,AE,AF,AG,AI,AL,AM,AN,AO,AR,AT,AU,AW,AX,AZ,BA,BB,BD,BE,BF,BG,BH,BI,BJ,BL,BM,BN,BO,BQ,BR,BS,BT,BV,BW,BY,BZ,CA,CC,CD,
        CF,CG,CH,CI,CK,CL,CM,CN,CO,CR,CU,CV,CW,CX,CY,CZ,DE,DJ,DK,DM,DO,DZ,EC,EE,EG,EH,ER,ES,ET,FI,FJ,FK,FO,FR,GA,GB,GD,GE,GF,GG,
        GH,GI,GL,GM,GN,GP,GQ,GR,GS,GT,GW,GY,HK,HM,HN,HR,HT,HU,ID,IE,IL,IM,IN,IO,IQ,IR,IS,IT,JE,JM,JO,JP,KE,KG,KH,KI,KM,KN,KP,KR,
        KW,KY,KZ,LA,LB,LC,LI,LK,LR,LS,LT,LU,LV,LY,MA,MC,MD,ME,MF,MG,MK,ML,MM,MN,MO,MQ,MR,MS,MT,MU,MV,MW,MX,MY,MZ,NA,NC,NE,NF,NG,
        NI,NL,NO,NP,NR,NU,NZ,OM,PA,PE,PF,PG,PH,PK,PL,PM,PN,PS,PT,PY,QA,RE,RO,RS,RU,RW,SA,SB,SC,SD,SE,SG,SH,SI,SJ,SK,SL,SM,SN,SO,
        SR,SS,ST,SV,SX,SY,SZ,TA,TC,TD,TF,TG,TH,TJ,TK,TL,TM,TN,TO,TR,TT,TV,TW,TZ,UA,UG,UM,US,UY,UZ,VA,VC,VE,VG,VN,VU,WF,WS,XK,YE,
        YT,ZA,ZM,ZW
    }'::text[])
$$;
CREATE FUNCTION are_countries(codes text[]) RETURNS bool LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(bool_and(public.is_country(code)), true) FROM unnest(codes) AS code
$$;
-- Parts of countries, such as US-CA.
CREATE FUNCTION are_parts(codes text[]) RETURNS bool LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(bool_and(public.is_country(left(code, 2))), true) FROM unnest(codes) AS code
$$;
-- An address need not name its country.
CREATE FUNCTION has_country(address jsonb) RETURNS bool LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(public.is_country(nullif(address ->> 'country', '[erased]')), true)
$$;

UPDATE shops SET country = 'GB' WHERE country = 'UK';
UPDATE locations SET country = 'GB' WHERE country = 'UK';
UPDATE delivery_zones SET countries = CASE WHEN 'GB' = ANY (countries) THEN array_remove(countries, 'UK')
    ELSE array_replace(countries, 'UK', 'GB') END WHERE 'UK' = ANY (countries);
UPDATE delivery_zones SET provinces = ARRAY(SELECT regexp_replace(part, '^UK-', 'GB-') FROM unnest(provinces) AS part)
    WHERE array_to_string(provinces, ',') ~ '(^|,)UK-';
UPDATE discounts SET countries = CASE WHEN 'GB' = ANY (countries) THEN array_remove(countries, 'UK')
    ELSE array_replace(countries, 'UK', 'GB') END WHERE 'UK' = ANY (countries);
UPDATE market_countries SET country = 'GB' WHERE country = 'UK'
    AND NOT EXISTS (SELECT FROM market_countries m WHERE m.country = 'GB');
UPDATE tax_rates t SET country = 'GB', province = regexp_replace(province, '^UK-', 'GB-') WHERE country = 'UK'
    AND NOT EXISTS (SELECT FROM tax_rates o WHERE o.country = 'GB' AND o.name = t.name
        AND o.province IS NOT DISTINCT FROM regexp_replace(t.province, '^UK-', 'GB-'));
UPDATE duty_rates SET country = 'GB' WHERE country = 'UK' AND NOT EXISTS (SELECT FROM duty_rates d WHERE d.country = 'GB');
UPDATE customer_addresses SET address = address || '{"country": "GB"}' WHERE address ->> 'country' = 'UK';
UPDATE cart_addresses SET address = address || '{"country": "GB"}' WHERE address ->> 'country' = 'UK';
UPDATE carts SET billing_address = billing_address || '{"country": "GB"}' WHERE billing_address ->> 'country' = 'UK';
-- An address of nowhere is changed by its owner, and may not stand in the way of other changes to the same row.
UPDATE customer_addresses SET address = address - 'country' WHERE NOT has_country(address);
UPDATE cart_addresses SET address = address - 'country' WHERE NOT has_country(address);
UPDATE carts SET billing_address = billing_address - 'country' WHERE NOT has_country(billing_address);
UPDATE carts SET country = NULL WHERE NOT is_country(country);
UPDATE locations SET country = NULL WHERE NOT is_country(country);

ALTER TABLE shops ADD CONSTRAINT shops_country_is_known CHECK (is_country(country)) NOT VALID;
ALTER TABLE locations ADD CONSTRAINT locations_country_is_known CHECK (is_country(country)) NOT VALID;
ALTER TABLE carts
    ADD CONSTRAINT carts_country_is_known CHECK (is_country(country)) NOT VALID,
    ADD CONSTRAINT carts_billing_country_is_known CHECK (has_country(billing_address)) NOT VALID;
ALTER TABLE cart_addresses ADD CONSTRAINT cart_addresses_country_is_known CHECK (has_country(address)) NOT VALID;
ALTER TABLE customer_addresses ADD CONSTRAINT customer_addresses_country_is_known CHECK (has_country(address)) NOT VALID;
ALTER TABLE delivery_zones
    ADD CONSTRAINT delivery_zones_countries_are_known CHECK (are_countries(countries)) NOT VALID,
    ADD CONSTRAINT delivery_zones_provinces_are_known CHECK (are_parts(provinces)) NOT VALID;
ALTER TABLE discounts ADD CONSTRAINT discounts_countries_are_known CHECK (are_countries(countries)) NOT VALID;
ALTER TABLE market_countries ADD CONSTRAINT market_countries_country_is_known CHECK (is_country(country)) NOT VALID;
ALTER TABLE tax_rates ADD CONSTRAINT tax_rates_country_is_known CHECK (is_country(country)) NOT VALID;
ALTER TABLE duty_rates ADD CONSTRAINT duty_rates_country_is_known CHECK (is_country(country)) NOT VALID;
