DROP TABLE unapplied_payment_reports;
DROP TABLE payment_cursors;
