CREATE TABLE `conversation_changes` (
	`conversation_id` integer NOT NULL,
	`n` integer NOT NULL,
	`code` text NOT NULL,
	`by_id` integer NOT NULL,
	`payload` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`conversation_id`, `n`),
	FOREIGN KEY (`conversation_id`) REFERENCES `conversations`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`by_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `conversation_links` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`conversation_id` integer NOT NULL,
	`token_hash` text NOT NULL,
	`created_by` integer NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`max_uses` integer,
	`used` integer DEFAULT 0 NOT NULL,
	FOREIGN KEY (`conversation_id`) REFERENCES `conversations`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`created_by`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `conversation_links_token_hash_unique` ON `conversation_links` (`token_hash`);--> statement-breakpoint
CREATE INDEX `conversation_links_conversation` ON `conversation_links` (`conversation_id`);--> statement-breakpoint
-- Members are rows with a role and a state, and one of many has no "other". Nothing refers to this table and it
-- has no triggers, so foreign keys can stay on. Up to 1,000,000 rows it is within what D1 gives a batch.
CREATE TABLE `__new_conversation_members` (
	`conversation_id` integer NOT NULL,
	`user_id` integer NOT NULL,
	`other_id` integer,
	`active_at` integer NOT NULL,
	`unread` integer DEFAULT 0 NOT NULL,
	`read_up_to` integer DEFAULT 0 NOT NULL,
	`role` text DEFAULT 'member' NOT NULL,
	`state` text DEFAULT 'in' NOT NULL,
	`joined_at` integer DEFAULT 0 NOT NULL,
	`left_at` integer,
	`stamp` text DEFAULT '' NOT NULL,
	`sent_since_read` integer DEFAULT -1 NOT NULL,
	`read_quiet` integer DEFAULT 0 NOT NULL,
	`shown_up_to` integer DEFAULT 0 NOT NULL,
	`mention_id` integer DEFAULT 0 NOT NULL,
	`hidden_id` integer DEFAULT 0 NOT NULL,
	`muted_until` integer,
	`mentions_only` integer DEFAULT false NOT NULL,
	`pinned_at` integer,
	`archived_up_to` integer,
	PRIMARY KEY(`conversation_id`, `user_id`),
	FOREIGN KEY (`conversation_id`) REFERENCES `conversations`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`other_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
INSERT INTO `__new_conversation_members` (`conversation_id`, `user_id`, `other_id`, `active_at`, `unread`, `read_up_to`)
SELECT `conversation_id`, `user_id`, `other_id`, `active_at`, `unread`, `read_up_to` FROM `conversation_members`;--> statement-breakpoint
DROP TABLE `conversation_members`;--> statement-breakpoint
ALTER TABLE `__new_conversation_members` RENAME TO `conversation_members`;--> statement-breakpoint
CREATE INDEX `conversation_members_inbox` ON `conversation_members` (`user_id`,`active_at`,`conversation_id`) WHERE other_id is not null;--> statement-breakpoint
CREATE INDEX `conversation_members_in` ON `conversation_members` (`user_id`,`conversation_id`) WHERE other_id is null and state = 'in';--> statement-breakpoint
CREATE UNIQUE INDEX `conversation_members_pair` ON `conversation_members` (`user_id`,`other_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `conversation_members_owner` ON `conversation_members` (`conversation_id`) WHERE role = 'owner' and state = 'in';--> statement-breakpoint
DROP INDEX `conversations_pair`;--> statement-breakpoint
ALTER TABLE `conversations` ADD `kind` text DEFAULT 'pair' NOT NULL;--> statement-breakpoint
ALTER TABLE `conversations` ADD `title` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `conversations` ADD `picture` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `conversations` ADD `plan_id` text;--> statement-breakpoint
ALTER TABLE `conversations` ADD `client_id` text;--> statement-breakpoint
ALTER TABLE `conversations` ADD `history` text DEFAULT 'all' NOT NULL;--> statement-breakpoint
ALTER TABLE `conversations` ADD `add_by` text DEFAULT 'admins' NOT NULL;--> statement-breakpoint
ALTER TABLE `conversations` ADD `member_count` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `conversations` ADD `change_seq` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `conversations` ADD `active_at` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `conversations` ADD `quiet_count` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `conversations` ADD `mention_all_id` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `conversations` ADD `feed_version` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX `conversations_one_pair` ON `conversations` (case when initiator_id < receiver_id then initiator_id else receiver_id end,case when initiator_id < receiver_id then receiver_id else initiator_id end) WHERE kind = 'pair';--> statement-breakpoint
CREATE UNIQUE INDEX `conversations_plan` ON `conversations` (`plan_id`) WHERE plan_id is not null;--> statement-breakpoint
CREATE UNIQUE INDEX `conversations_client` ON `conversations` (`initiator_id`,`client_id`) WHERE client_id is not null;--> statement-breakpoint
CREATE INDEX `conversations_pair` ON `conversations` (case when initiator_id < receiver_id then initiator_id else receiver_id end,case when initiator_id < receiver_id then receiver_id else initiator_id end);