CREATE TABLE `notification_settings` (
	`user_id` integer PRIMARY KEY NOT NULL,
	`seen_up_to` integer DEFAULT 0 NOT NULL,
	`quiet_from` integer,
	`quiet_to` integer,
	`timezone` text DEFAULT '' NOT NULL,
	`show_text` integer DEFAULT true NOT NULL,
	`off` text DEFAULT '{}' NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `notifications` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` integer NOT NULL,
	`position` integer NOT NULL,
	`event_id` integer NOT NULL,
	`kind` text NOT NULL,
	`group_key` text NOT NULL,
	`actor_id` integer,
	`actors` text NOT NULL,
	`count` integer NOT NULL,
	`data` text NOT NULL,
	`words` text DEFAULT '' NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`read_at` integer,
	`removed_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `notifications_group` ON `notifications` (`user_id`,`group_key`);--> statement-breakpoint
CREATE UNIQUE INDEX `notifications_position` ON `notifications` (`user_id`,`position`);--> statement-breakpoint
CREATE INDEX `notifications_unread` ON `notifications` (`user_id`,`position`) WHERE read_at is null and removed_at is null;--> statement-breakpoint
CREATE INDEX `notifications_updated` ON `notifications` (`updated_at`);--> statement-breakpoint
CREATE INDEX `notifications_words` ON `notifications` (`actor_id`) WHERE words <> '';--> statement-breakpoint
CREATE TABLE `undelivered` (
	`user_id` integer NOT NULL,
	`event_id` integer NOT NULL,
	PRIMARY KEY(`user_id`, `event_id`),
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`event_id`) REFERENCES `events`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `undelivered_event` ON `undelivered` (`event_id`);--> statement-breakpoint
ALTER TABLE `users` ADD `listens_until` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
-- Who was there of late may be listening; and what happened up to here was told by those who wrote it.
UPDATE `users` SET `listens_until` = `online_until` WHERE `online_until` > 0;--> statement-breakpoint
UPDATE `events` SET `told_at` = `created_at` WHERE `told_at` IS NULL;
