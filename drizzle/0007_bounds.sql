CREATE TABLE `held_names` (
	`hash` text PRIMARY KEY NOT NULL,
	`user_id` integer,
	`held_until` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `held_names_user` ON `held_names` (`user_id`);--> statement-breakpoint
CREATE INDEX `held_names_until` ON `held_names` (`held_until`);--> statement-breakpoint
CREATE TABLE `refusals` (
	`refuser_id` integer NOT NULL,
	`refused_id` integer NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`refuser_id`, `refused_id`),
	FOREIGN KEY (`refuser_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`refused_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `refusals_refused` ON `refusals` (`refused_id`,`refuser_id`);--> statement-breakpoint
CREATE TABLE `usage` (
	`user_id` integer PRIMARY KEY NOT NULL,
	`files` integer DEFAULT 0 NOT NULL,
	`texts` integer DEFAULT 0 NOT NULL,
	`contacts` integer DEFAULT 0 NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
ALTER TABLE `conversations` ADD `room` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `sessions` ADD `tokens_since` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `users` ADD `object` text DEFAULT '' NOT NULL;