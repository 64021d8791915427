CREATE TABLE `outside_tokens` (
	`name` text PRIMARY KEY NOT NULL,
	`sealed` text DEFAULT '' NOT NULL,
	`expires_at` integer NOT NULL,
	`renew_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `push_targets` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` integer NOT NULL,
	`session_id` text NOT NULL,
	`kind` text NOT NULL,
	`platform` text NOT NULL,
	`address_hash` text NOT NULL,
	`keys_hash` text DEFAULT '' NOT NULL,
	`sealed` text NOT NULL,
	`key_id` text DEFAULT '' NOT NULL,
	`host` text DEFAULT '' NOT NULL,
	`created_at` integer NOT NULL,
	`ok_at` integer,
	`failing_since` integer,
	`last_error` text DEFAULT '' NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`session_id`) REFERENCES `sessions`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `push_targets_address_hash_unique` ON `push_targets` (`address_hash`);--> statement-breakpoint
CREATE INDEX `push_targets_user` ON `push_targets` (`user_id`);--> statement-breakpoint
CREATE INDEX `push_targets_session` ON `push_targets` (`session_id`);--> statement-breakpoint
CREATE INDEX `push_targets_failing` ON `push_targets` (`failing_since`) WHERE failing_since is not null;--> statement-breakpoint
CREATE TABLE `webhook_deliveries` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`endpoint_id` integer NOT NULL,
	`event_id` integer NOT NULL,
	`state` text DEFAULT 'waiting' NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`last_error` text DEFAULT '' NOT NULL,
	`last_ms` integer,
	`due_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	`delivered_at` integer,
	FOREIGN KEY (`endpoint_id`) REFERENCES `webhook_endpoints`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `webhook_deliveries_due` ON `webhook_deliveries` (`endpoint_id`,`due_at`) WHERE state = 'waiting';--> statement-breakpoint
CREATE UNIQUE INDEX `webhook_deliveries_event` ON `webhook_deliveries` (`endpoint_id`,`event_id`);--> statement-breakpoint
CREATE TABLE `webhook_endpoints` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`url` text NOT NULL,
	`description` text DEFAULT '' NOT NULL,
	`kinds` text NOT NULL,
	`handle` text NOT NULL,
	`sealed_secret` text DEFAULT '' NOT NULL,
	`sealed_previous` text DEFAULT '' NOT NULL,
	`previous_until` integer,
	`state` text DEFAULT 'enabled' NOT NULL,
	`disabled_reason` text DEFAULT '' NOT NULL,
	`failing_since` integer,
	`ok_at` integer,
	`created_by` integer,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `webhook_endpoints_handle_unique` ON `webhook_endpoints` (`handle`);--> statement-breakpoint
CREATE INDEX `webhook_endpoints_maker` ON `webhook_endpoints` (`created_by`);