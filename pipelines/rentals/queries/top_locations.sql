-- The ten places that bring in most, and how many vehicles more they lose than get back.
SELECT
    location_id,
    location_name,
    city,
    total_revenue,
    rentals,
    rentals - dropoffs AS vehicles_lost
FROM location_metrics
ORDER BY total_revenue DESC, location_id
LIMIT 10
