-- The connector's own tables, beside Kamailio's `dialog` and `dialog_vars`. Plain SQL for every database.
-- Calls in progress that have a limit: account|second of the answer|h_entry|h_id of the dialog.
create table credits_talk (leg varchar(64) not null primary key, facts varchar(128) not null);
-- Events that the queue has not taken yet, in base64.
create table credits_outbox (leg varchar(64) not null primary key, event text not null);
