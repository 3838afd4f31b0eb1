-- What each day brought in, the newest month first.
SELECT
    rental_date,
    rentals,
    total_revenue,
    average_amount,
    average_hours,
    unique_users,
    unique_vehicles
FROM daily_metrics
ORDER BY rental_date DESC
LIMIT 31
