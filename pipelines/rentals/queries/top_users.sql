-- The twenty users who spend most.
SELECT
    user_id,
    rentals,
    total_revenue,
    average_amount,
    total_hours,
    last_rental_start_time
FROM user_metrics
WHERE rentals > 0
ORDER BY total_revenue DESC, user_id
LIMIT 20
