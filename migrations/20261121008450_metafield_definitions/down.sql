DROP TABLE metafield_definitions;
